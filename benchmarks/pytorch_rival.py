"""The same network in PyTorch, for timing side by side.

Started by Topaz.Benchmarks as a child process: reads a task per line ("score WIDTH", "step" or
"memory"), runs it once, prints the seconds it took. Arguments: threads, device (cpu or cuda).
Needs PyTorch (Debian: apt-get install python3-torch) and nothing else.
"""
import resource
import sys
import time

import torch
from torch import nn


class Residual(nn.Module):
    """conv3, batch norm, ReLU, dilated strided conv3; the cropped skip is added before the second batch norm."""

    def __init__(self, inputs, outputs, dilation, stride, scale=1, dense=False):
        super().__init__()
        step = 1 if dense else stride
        self.conv0 = nn.Conv2d(inputs, inputs, 3, dilation=scale, bias=False)
        self.bn0 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, dilation=dilation * scale, stride=step, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.project = nn.Conv2d(inputs, outputs, 1, stride=step, bias=False) if inputs != outputs else None
        self.edge, self.step = (1 + dilation) * scale, step

    def forward(self, x):
        h = self.conv1(torch.relu(self.bn0(self.conv0(x))))
        skip = x[:, :, self.edge:-self.edge, self.edge:-self.edge]
        skip = self.project(skip) if self.project is not None else skip[:, :, ::self.step, ::self.step]
        return torch.relu(self.bn1(h + skip))


def resnet8(units, dense):
    """The strided form scores crops of 71 pixels; the dense form a whole padded image."""
    s = (lambda value: value) if dense else (lambda value: 1)
    return nn.Sequential(
        nn.Conv2d(1, units, 7, stride=1 if dense else 2, bias=False), nn.BatchNorm2d(units), nn.ReLU(),
        Residual(units, units, 2, 1, s(2), dense),
        Residual(units, 2 * units, 2, 2, s(2), dense),
        Residual(2 * units, 2 * units, 2, 1, s(4), dense),
        nn.Conv2d(2 * units, 4 * units, 5, dilation=s(4), bias=False), nn.BatchNorm2d(4 * units), nn.ReLU(),
        nn.Conv2d(4 * units, 1, 1))


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    device = sys.argv[2] if len(sys.argv) > 2 else 'cpu'
    torch.manual_seed(0)
    dense = resnet8(32, True).eval().to(device)
    net = resnet8(32, False).train().to(device)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    crops = torch.randn(256, 1, 71, 71, device=device)
    labels = (torch.arange(256) < 16).float().to(device)
    images = {}

    def score(width):
        if width not in images:
            images[width] = torch.randn(1, 1, width, width)
        with torch.no_grad():
            dense(nn.functional.pad(images[width].to(device), (35, 35, 35, 35))).cpu()

    def step():
        adam.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(net(crops).view(-1), labels).backward()
        adam.step()

    where = torch.cuda.get_device_name(device) if device == 'cuda' else f'{torch.get_num_threads()} threads'
    print(f'PyTorch {torch.__version__}, {where}', flush=True)
    for line in sys.stdin:
        task, *width = line.split()
        if task == 'memory':
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
            continue
        start = time.perf_counter()
        score(int(width[0])) if task == 'score' else step()
        if device == 'cuda':
            torch.cuda.synchronize()
        print(time.perf_counter() - start, flush=True)


if __name__ == '__main__':
    main()
