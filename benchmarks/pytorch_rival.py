"""The same networks in PyTorch, for timing side by side.

Started by Topaz.Benchmarks as a child process: reads a task per line ("score NAME UNITS WIDTH" or
"step NAME UNITS DECODER_UNITS"), runs it once, prints the seconds it took. Arguments: threads, device
(cpu or cuda). Needs PyTorch (Debian: apt-get install python3-torch) and nothing else.
"""
import functools
import math
import sys
import time

import torch
from torch import nn

# A network is its layers: a plain convolution with its kernel, or a residual block with its dilation;
# then channels in multiples of the units, and stride. A 1x1 classifier follows.
CONV, RESIDUAL = 0, 1
NETWORKS = {
    'resnet8': [(CONV, 7, 1, 2), (RESIDUAL, 2, 1, 1), (RESIDUAL, 2, 2, 2), (RESIDUAL, 2, 2, 1), (CONV, 5, 4, 1)],
    'resnet16': [(CONV, 7, 1, 1), (RESIDUAL, 1, 1, 2)] + 3 * [(RESIDUAL, 1, 1, 1)]
                + [(RESIDUAL, 1, 2, 2)] + 2 * [(RESIDUAL, 1, 2, 1)] + [(CONV, 5, 4, 1)],
}


class Residual(nn.Module):
    """conv3, batch norm, ReLU, dilated strided conv3; the cropped skip is added before the second batch norm."""

    def __init__(self, inputs, outputs, dilation, stride, scale):
        super().__init__()
        self.conv0 = nn.Conv2d(inputs, inputs, 3, dilation=scale, bias=False)
        self.bn0 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, dilation=dilation * scale, stride=stride, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.project = nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False) if inputs != outputs else None
        self.edge, self.step = (1 + dilation) * scale, stride

    def forward(self, x):
        h = self.conv1(torch.relu(self.bn0(self.conv0(x))))
        skip = x[:, :, self.edge:-self.edge, self.edge:-self.edge]
        skip = self.project(skip) if self.project is not None else skip[:, :, ::self.step, ::self.step]
        return torch.relu(self.bn1(h + skip))


def features(name, units, dense):
    """The strided form turns a crop into one pixel; the dense form a whole padded image into as many pixels as it has."""
    layers, inputs, scale = [], 1, 1
    for kind, size, multiple, stride in NETWORKS[name]:
        outputs, step = multiple * units, 1 if dense else stride
        if kind == RESIDUAL:
            layers.append(Residual(inputs, outputs, size, step, scale))
        else:
            layers += [nn.Conv2d(inputs, outputs, size, dilation=scale, stride=step, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        inputs, scale = outputs, scale * stride if dense else 1
    return nn.Sequential(*layers)


def width(name):
    """Pixels across the crop that gives one score."""
    result = 1
    for kind, size, _, stride in reversed(NETWORKS[name]):
        result = (result - 1) * stride + (size if kind == CONV else 2 * size + 3)
    return result


class Doubling(nn.Module):
    """A transposed convolution (4x4, stride 2) as four ordinary ones of 2x2, interleaved.

    PyTorch leaves its own transposed convolutions to BLAS, and with the BLAS that Debian installs a
    step takes ten times as long; convolutions it does itself, well.
    """

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, 4 * outputs, 2, padding=1, bias=False)

    def forward(self, x):
        n, parts = x.shape[-1], self.conv(x).chunk(4, dim=1)
        parts = [part[:, :, i // 2:i // 2 + n, i % 2:i % 2 + n] for i, part in enumerate(parts)]
        return nn.functional.pixel_shuffle(torch.stack(parts, 2).flatten(1, 2), 2)


def decoder(crop, latent, units):
    """From one pixel to 4x4, then doublings up to at most the crop's width."""
    doublings = int(math.log2(crop + 1) - 3)
    layers = []
    for i in range(doublings + 1):
        outputs = units << (doublings - i)
        layers += [Doubling(latent, outputs)] if i > 0 else [nn.Conv2d(latent, 16 * outputs, 1, bias=False), nn.PixelShuffle(4)]
        layers += [nn.BatchNorm2d(outputs), nn.LeakyReLU()]
        latent = outputs
    return nn.Sequential(*layers, Doubling(latent, 1))


def scoring(device, name, units, size):
    net = nn.Sequential(features(name, units, dense=True), nn.Conv2d(4 * units, 1, 1)).eval().to(device)
    image, half = torch.randn(1, 1, size, size), width(name) // 2

    def score():
        with torch.no_grad():
            net(nn.functional.pad(image.to(device), (half, half, half, half))).cpu()

    return score


def training(device, name, units, decoder_units):
    crop = width(name)
    parts = nn.ModuleList([features(name, units, dense=False), nn.Conv2d(4 * units, 1, 1)])
    if decoder_units > 0:
        parts.append(decoder(crop, 4 * units, decoder_units))
    parts.train().to(device)
    adam = torch.optim.Adam(parts.parameters(), lr=1e-3)
    crops = torch.randn(256, 1, crop, crop, device=device)
    labels = (torch.arange(256) < 16).float().to(device)

    def step():
        adam.zero_grad()
        latent = parts[0](crops)
        loss = nn.functional.binary_cross_entropy_with_logits(parts[1](latent).view(-1), labels)
        if decoder_units > 0:
            image = parts[2](latent)[:, :, :-1, :-1]
            edge = (crop - image.shape[-1]) // 2
            target = crops[:, :, edge:edge + image.shape[-1], edge:edge + image.shape[-1]]
            loss = loss + (image - target).square().sum() / len(crops)
        loss.backward()
        adam.step()

    return step


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    device = sys.argv[2] if len(sys.argv) > 2 else 'cpu'
    torch.manual_seed(0)

    @functools.cache
    def prepare(task, name, *sizes):
        return (scoring if task == 'score' else training)(device, name, *map(int, sizes))

    where = torch.cuda.get_device_name(device) if device == 'cuda' else f'{torch.get_num_threads()} threads'
    print(f'PyTorch {torch.__version__}, {where}', flush=True)
    for line in sys.stdin:
        run = prepare(*line.split())
        start = time.perf_counter()
        run()
        if device == 'cuda':
            torch.cuda.synchronize()
        print(time.perf_counter() - start, flush=True)


if __name__ == '__main__':
    main()
