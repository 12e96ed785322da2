"""Preprocessing and suppression as a scientist would write them in numpy, for timing side by side.

Started by Topaz.Benchmarks as a child process: reads a task per line ("preprocess IN OUT FACTOR" or
"suppress WIDTH RADIUS"), runs it once, prints the seconds it took. Needs numpy and mrcfile (Debian:
apt-get install python3-numpy python3-mrcfile) and nothing else.
"""
import sys
import time

import mrcfile
import numpy as np

STARTS = [.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98]
ALPHA, BETA, SAMPLING = 900, 1, 10


def downsample(image, factor):
    """Keeps the lowest frequencies and the mean."""
    height, width = image.shape
    h, w = int(height / factor), int(width / factor)
    spectrum = np.fft.rfft2(image)
    rows = np.r_[0:(h + 1) // 2, height - h // 2:height]
    return np.fft.irfft2(spectrum[rows, :w // 2 + 1], s=(h, w)) * (h * w / (height * width))


def log_prior(pi):
    return (ALPHA - 1) * np.log(pi) + np.log(ALPHA)  # Beta(900, 1)


def log_densities(x, pi, dark, bright, variance):
    constant = -0.5 * np.log(2 * np.pi * variance)
    return (constant - (x - dark)**2 / (2 * variance) + np.log(1 - pi),
            constant - (x - bright)**2 / (2 * variance) + np.log(pi))


def fit_from(x, pi):
    """Two Gaussians of one width by expectation-maximisation."""
    ice = x >= np.quantile(x, 1 - pi)
    dark, bright = x[~ice].mean(), x[ice].mean()
    variance = np.mean((x - np.where(ice, bright, dark))**2)
    log_dark, log_bright = log_densities(x, pi, dark, bright, variance)
    log_sum = np.logaddexp(log_dark, log_bright)
    posterior = log_sum.sum() + log_prior(pi)
    for _ in range(100):
        p = np.exp(log_bright - log_sum)
        share = p.sum()
        pi = (share + ALPHA - 1) / (len(x) + ALPHA + BETA - 2)
        bright, dark = (p * x).sum() / share, ((1 - p) * x).sum() / (len(x) - share)
        variance = np.mean(p * (x - bright)**2 + (1 - p) * (x - dark)**2)
        log_dark, log_bright = log_densities(x, pi, dark, bright, variance)
        log_sum = np.logaddexp(log_dark, log_bright)
        before, posterior = posterior, log_sum.sum() + log_prior(pi)
        if abs(posterior - before) <= 1e-3:
            break
    return posterior, bright, np.sqrt(variance)


def fit_ice(x):
    """Mean and width of the brighter component, from the best of twelve starts."""
    mean, variance = x.mean(), x.var(ddof=1)
    single = (-0.5 * np.sum(np.log(2 * np.pi * variance) + (x - mean)**2 / variance) + log_prior(1), mean, np.sqrt(variance))
    return max([single] + [fit_from(x, pi) for pi in STARTS])[1:]


def preprocess(source, target, factor):
    with mrcfile.open(source) as file:
        image = file.data
        pixel_size = float(file.voxel_size.x)
    small = downsample(image, factor)
    sample = np.random.default_rng(0).choice(small.ravel(), small.size // SAMPLING, replace=False)
    mean, deviation = fit_ice(sample.astype(np.float64))
    with mrcfile.new(target, overwrite=True) as file:
        file.set_data(((small - mean) / deviation).astype(np.float32))
        file.voxel_size = pixel_size * image.shape[1] / small.shape[1]


def suppress(scores, radius, threshold):
    """Greedy: the best pixel, then the best that no pick suppresses, and so on."""
    height, width = scores.shape
    dy, dx = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    disc = dx**2 + dy**2 <= radius**2
    suppressed = np.zeros(scores.shape, dtype=bool)
    candidates = np.flatnonzero(scores > threshold)
    picks = []
    for i in candidates[np.argsort(-scores.ravel()[candidates], kind='stable')]:
        y, x = divmod(i, width)
        if suppressed[y, x]:
            continue
        picks.append((x, y, scores[y, x]))
        top, left = max(0, y - radius), max(0, x - radius)
        area = suppressed[top:y + radius + 1, left:x + radius + 1]
        area |= disc[top - y + radius:, left - x + radius:][:area.shape[0], :area.shape[1]]
    return picks


def main():
    maps = {}
    print(f'numpy {np.__version__}, Python {sys.version.split()[0]}', flush=True)
    for line in sys.stdin:
        task, *rest = line.split()
        if task == 'suppress':
            width, radius = int(rest[0]), int(rest[1])
            if width not in maps:
                maps[width] = np.random.default_rng(0).standard_normal((width, width)).astype(np.float32)
        start = time.perf_counter()
        if task == 'preprocess':
            preprocess(rest[0], rest[1], float(rest[2]))
        else:
            suppress(maps[width], radius, -6)
        print(time.perf_counter() - start, flush=True)


if __name__ == '__main__':
    main()
