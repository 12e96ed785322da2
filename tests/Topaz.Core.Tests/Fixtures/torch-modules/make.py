"""Writes the checkpoints of this folder: PYTHONHASHSEED=0 /usr/bin/python3 make.py (Debian's python3-torch).

The classes are stand-ins that only have the names and attributes by which a pickle of the Python tool's modules is recognised.
"""
import sys
import types

import torch
from torch import nn


def stand_in(module, name):
    parent = ""
    for part in module.split("."):
        parent = f"{parent}.{part}" if parent else part
        sys.modules.setdefault(parent, types.ModuleType(parent))
    made = type(name, (nn.Module,), {"__module__": module})
    setattr(sys.modules[module], name, made)
    return made


LinearClassifier = stand_in("topaz.model.classifier", "LinearClassifier")
ResNet8 = stand_in("topaz.model.features.resnet", "ResNet8")
BasicConv = stand_in("topaz.model.features.resnet", "BasicConv")
ResidA = stand_in("topaz.model.features.resnet", "ResidA")
Conv31 = stand_in("topaz.model.features.basic", "Conv31")


def block(i, o, kernel, stride):
    part = BasicConv()
    part.conv, part.bn, part.act = nn.Conv2d(i, o, kernel, stride, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)
    return part


def residual(i, o, stride):
    part = ResidA()
    if i != o:
        part.proj = nn.Conv2d(i, o, 1, stride, bias=False)
    part.conv0, part.bn0, part.act0 = nn.Conv2d(i, i, 3, bias=False), nn.BatchNorm2d(i), nn.ReLU(inplace=True)
    part.conv1, part.bn1, part.act1 = nn.Conv2d(i, o, 3, stride, dilation=2, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)
    return part


def classifier(features, channels):
    whole = LinearClassifier()
    whole.features, whole.classifier = features, nn.Conv2d(channels, 1, 1)
    with torch.no_grad():
        for name, tensor in whole.state_dict().items():
            if tensor.dtype == torch.float32:
                tensor.view(-1).copy_((torch.arange(tensor.numel()) * 37 + 11 * len(name)) % 100 / 64 + 1 / 64)
    return whole.eval()


def resnet8():
    features = ResNet8()
    features.features = nn.Sequential(block(1, 1, 7, 2), residual(1, 1, 1), residual(1, 2, 2), residual(2, 2, 1), block(2, 4, 5, 1))
    return classifier(features, 4)


def conv31(norm=True):
    features = Conv31()
    parts, channels = [], 1
    for kernel, units, stride in ((7, 1, 2), (5, 2, 2), (5, 4, 1)):
        parts.append(nn.Conv2d(channels, units, kernel, stride, bias=not norm))
        if norm:
            parts.append(nn.BatchNorm2d(units))
        parts.append(nn.PReLU())
        channels = units
    features.features = nn.Sequential(*parts)
    return classifier(features, 4)


def fill(module):
    """The dense form, in which the tool leaves a module that has just scored whole images."""
    stride = 1
    for part in module.features.features:
        convolutions = [layer for layer in part.modules() if isinstance(layer, nn.Conv2d)]
        own = max(layer.stride[0] for layer in convolutions) if convolutions else 1
        for layer in convolutions:
            layer.dilation, layer.stride = tuple(d * stride for d in layer.dilation), (1, 1)
        stride *= own
    return module


def strange(state):
    """Half precision; kernels that lie in memory column by column; vectors that share one storage."""
    vectors = [name for name in state if state[name].dim() == 1]
    shared = torch.cat([state[name].half() for name in vectors])
    at = 0
    for name in list(state):
        if name in vectors:
            state[name] = shared[at:at + len(state[name])]
            at += len(state[name])
        else:
            state[name] = state[name].half().transpose(2, 3).contiguous().transpose(2, 3)
    return state


torch.save(resnet8(), "whole-resnet8.sav")
torch.save(fill(resnet8()), "dense-resnet8.sav")
other = conv31()
other.features.features[3].stride = (3, 3)
torch.save(other, "other-stride.sav")
sigmoid = conv31(norm=False)
sigmoid.features.features[1] = nn.Sigmoid()
sigmoid.features.features[1].weight = nn.Parameter(torch.ones(1))
torch.save(sigmoid, "other-activation.sav")
torch.save(strange(conv31(norm=False).state_dict()), "strange.sav")
torch.save(strange(conv31(norm=False).state_dict()), "strange-stream.sav", _use_new_zipfile_serialization=False)
for protocol in (1, 4, 5):
    torch.save(conv31().state_dict(), f"protocol{protocol}.sav", pickle_protocol=protocol)
torch.save(conv31().state_dict(), "protocol4-stream.sav", pickle_protocol=4, _use_new_zipfile_serialization=False)
torch.save(nn.Linear(2, 1), "linear.sav")
