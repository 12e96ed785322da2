#!/usr/bin/env bash
# Makes the files in this folder that programs made. Debian 12: relion 3.1.3, python3-numpy 1.24.2. The others were written by hand
# after the formats' documentation: hand-*.
# All hold the same particles: of micrograph a (4096 x 3000) 10.5,20 and 30,40.25 with scores 1.5 and -2, of b (4096 x 3000) 100,200 with score 0.25.
set -euo pipefail
cd "$(dirname "$0")"
rm -f relion-*.star numpy-*.cs
cat > /tmp/in.star <<'STAR'

data_optics

loop_
_rlnOpticsGroupName #1
_rlnOpticsGroup #2
_rlnMicrographOriginalPixelSize #3
_rlnVoltage #4
_rlnSphericalAberration #5
_rlnAmplitudeContrast #6
_rlnImagePixelSize #7
_rlnImageSize #8
_rlnImageDimensionality #9
opticsGroup1 1 0.885 200 1.4 0.1 0.885 256 2

data_particles

loop_
_rlnCoordinateX #1
_rlnCoordinateY #2
_rlnAutopickFigureOfMerit #3
_rlnMicrographName #4
_rlnOpticsGroup #5
_rlnClassNumber #6
_rlnAnglePsi #7
10.5 20 1.5 MotionCorr/job002/a.mrc 1 3 12.5
30 40.25 -2 MotionCorr/job002/a.mrc 1 4 -20.25
100 200 0.25 MotionCorr/job002/b.mrc 1 3 7
STAR
relion_star_handler --i /tmp/in.star --o relion-3.1.star --operate rlnClassNumber --multiply_by 1 > /dev/null
/usr/bin/python3 - <<'PY'
import numpy as np
rows = [('a', 10.5, 20, 1.5), ('a', 30, 40.25, -2), ('b', 100, 200, 0.25)]
for name, text in [('bytes', 'S40'), ('text', 'U40')]:
    t = np.zeros(3, dtype=[('uid', '<u8'), ('location/micrograph_uid', '<u8'), ('location/exp_group_id', '<u4'), ('location/micrograph_path', text),
                           ('location/micrograph_shape', '<u4', (2,)), ('location/center_x_frac', '<f4'), ('location/center_y_frac', '<f4'),
                           ('pick_stats/ncc_score', '<f4'), ('alignments2D/shift', '<f4', (2,)), ('blob/flag', '?')])
    for i, (m, x, y, s) in enumerate(rows):
        t[i]['uid'] = 1000 + i
        t[i]['location/micrograph_path'] = f'J1/imported/{m}.mrc'
        t[i]['location/micrograph_shape'] = (3000, 4096)
        t[i]['location/center_x_frac'] = x / 4096
        t[i]['location/center_y_frac'] = y / 3000
        t[i]['pick_stats/ncc_score'] = s
    np.save(f'numpy-{name}', t)
    import os; os.rename(f'numpy-{name}.npy', f'numpy-{name}.cs')
PY
