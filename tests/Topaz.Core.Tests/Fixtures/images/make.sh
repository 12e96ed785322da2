#!/usr/bin/env bash
# Makes the images in this folder. Debian 12: python3-tifffile 20230203, python3-pil 9.4, python3-mrcfile 1.4.3, libtiff-tools 4.5.0,
# imagemagick 6.9.11, relion 3.1.3. Every image is 19 x 13 pixels; the pixel at column x, row y is (37 x + 101 y) mod 251, for
# signed kinds less 100, for floating point divided by 8.
set -euo pipefail
cd "$(dirname "$0")"
rm -f ./*.tif ./*.tiff ./*.png ./*.mrc ./*.mrcs ./*.gz
/usr/bin/python3 - <<'PY'
import numpy as np, tifffile, mrcfile
from PIL import Image
y, x = np.mgrid[0:13, 0:19]
v = (37 * x + 101 * y) % 251
kinds = {'uint8': v, 'int8': v - 100, 'uint16': v, 'int16': v - 100, 'uint32': v, 'int32': v - 100,
         'float16': (v - 100) / 8, 'float32': (v - 100) / 8, 'float64': (v - 100) / 8}
for kind, values in kinds.items():
    values = np.clip(values, -128, 127) if kind == 'int8' else values
    tifffile.imwrite(f'tifffile-{kind}.tif', values.astype(kind), photometric='minisblack')
tifffile.imwrite('tifffile-bigendian.tif', (v - 100).astype('>i2'), byteorder='>', photometric='minisblack')
tifffile.imwrite('tifffile-big.tif', v.astype('uint16'), bigtiff=True, photometric='minisblack')
tifffile.imwrite('tifffile-tiles.tif', ((v - 100) / 8).astype('float32'), tile=(16, 16), photometric='minisblack')
tifffile.imwrite('tifffile-deflate.tif', v.astype('uint16'), compression='zlib', predictor=True, rowsperstrip=5, photometric='minisblack')
tifffile.imwrite('tifffile-white.tif', (255 - v).astype('uint8'), photometric='miniswhite')
tifffile.imwrite('tifffile-three.tif', np.stack([v, v + 1, v + 2]).astype('uint16'), photometric='minisblack')
tifffile.imwrite('tifffile-bigendian-float.tif', ((v - 100) / 8).astype('>f4'), byteorder='>', photometric='minisblack')
Image.fromarray(v.astype('uint8')).save('pil-lzw.tif', compression='tiff_lzw')
Image.fromarray(v.astype('uint8')).save('pil-packbits.tif', compression='packbits')
Image.fromarray(v.astype('uint16')).save('pil-16.png')
Image.fromarray(v.astype('uint8')).save('pil-8.png')
Image.fromarray(np.dstack([v] * 3).astype('uint8')).save('pil-rgb.png')
Image.fromarray(v.astype('uint8')).convert('P').save('pil-palette.png')
Image.merge('LA', [Image.fromarray(v.astype('uint8')), Image.new('L', (19, 13), 9)]).save('pil-alpha.png')
for kind, values in {'int8': np.clip(v - 100, -128, 127), 'int16': v - 100, 'float32': (v - 100) / 8, 'uint16': v, 'float16': (v - 100) / 8}.items():
    with mrcfile.new(f'mrcfile-{kind}.mrc', overwrite=True) as m:
        m.set_data(values.astype(kind))
        m.voxel_size = 1.5
with mrcfile.new('mrcfile-packed.mrc.gz', compression='gzip', overwrite=True) as m:
    m.set_data((v - 100).astype('int16'))
with mrcfile.new('mrcfile-three.mrcs', overwrite=True) as m:
    m.set_data(np.stack([v, v + 1, v + 2]).astype('int16'))
    m.set_image_stack()
PY
tiffcp -c lzw:2 -r 4 tifffile-uint16.tif libtiff-lzw.tif
tiffcp -c zip:3 tifffile-float32.tif libtiff-zip-float.tif
tiffcp -c packbits -t -w 16 -l 16 tifffile-int16.tif libtiff-tiles-packbits.tif
tiffcp -B -c lzw tifffile-uint32.tif libtiff-bigendian-lzw.tif
convert tifffile-uint16.tif -depth 16 -compress LZW imagemagick-lzw.tif
convert tifffile-uint8.tif -depth 8 -define png:bit-depth=8 imagemagick.png
relion_image_handler --i mrcfile-float32.mrc --o relion.mrc --multiply_constant 1 > /dev/null
gzip -9nk tifffile-int16.tif pil-8.png
