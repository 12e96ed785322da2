# Makes the checkpoints in this folder: python3 make.py (Debian 12, python3-torch 1.13.1).
# The classes only carry the names that the Python tool's have; what is pickled is PyTorch's own.
import collections, sys, types
import torch
from torch import nn

torch.manual_seed(1)


def module(name):
    made = types.ModuleType(name)
    sys.modules[name] = made
    return made


for name in ['topaz', 'topaz.model', 'topaz.model.features']:
    module(name)
basic, classifier = module('topaz.model.features.basic'), module('topaz.model.classifier')


class BasicConv(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.features = features


class LinearClassifier(nn.Module):
    def __init__(self, features, latent):
        super().__init__()
        self.features = features
        self.classifier = nn.Conv2d(latent, 1, 1)


for home, kind in [(basic, BasicConv), (classifier, LinearClassifier)]:
    kind.__module__ = home.__name__
    setattr(home, kind.__name__, kind)

# conv31 with one unit, without batch norm and with it.
plain = LinearClassifier(BasicConv(nn.Sequential(
    nn.Conv2d(1, 1, 7, stride=2), nn.PReLU(), nn.Conv2d(1, 2, 5, stride=2), nn.PReLU(), nn.Conv2d(2, 4, 5), nn.PReLU())), 4)
normed = LinearClassifier(BasicConv(nn.Sequential(
    nn.Conv2d(1, 1, 7, stride=2, bias=False), nn.BatchNorm2d(1), nn.PReLU(), nn.Conv2d(1, 2, 5, stride=2, bias=False), nn.BatchNorm2d(2), nn.PReLU(),
    nn.Conv2d(2, 4, 5, bias=False), nn.BatchNorm2d(4), nn.PReLU())), 4)

torch.save(plain.state_dict(), 'state-stream.sav', _use_new_zipfile_serialization=False)
torch.save(plain.state_dict(), 'state-zip.sav')
torch.save(normed, 'module-stream.sav', _use_new_zipfile_serialization=False)
torch.save(normed, 'module-zip.sav')
torch.save(collections.OrderedDict((k, v.half().t() if v.dim() == 2 else v.double()) for k, v in plain.state_dict().items()), 'state-double.sav')
for name, net in [('plain', plain), ('normed', normed)]:
    with open(name + '.txt', 'w') as out:
        for key, value in net.state_dict().items():
            if value.is_floating_point():
                out.write(key + ' ' + ' '.join('%.9g' % x for x in value.flatten().tolist()) + '\n')
