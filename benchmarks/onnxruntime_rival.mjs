// The same networks in ONNX Runtime, for timing side by side.
//
// Started by Topaz.Benchmarks as a child process: reads a task per line ("score NAME UNITS WIDTH"), runs it once, prints the
// seconds it took. Arguments: threads, the folder where npm installed onnxruntime-node, the folder with NAME-UNITS.onnx and NAME-UNITS.reference, an image of 128 x 128 and the scores expected.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [threads, modules, networks] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const ort = require('onnxruntime-node');

const sessions = new Map(), images = new Map();

const run = async (session, pixels, width) =>
  (await session.run({ image: new ort.Tensor('float32', pixels, [1, 1, width, width]) })).scores.data;

async function open(name) {
  if (!sessions.has(name)) {
    const session = await ort.InferenceSession.create(join(networks, `${name}.onnx`), {
      intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all',
    });
    const bytes = readFileSync(join(networks, `${name}.reference`)), count = 128 * 128;
    const [image, expected] = [0, 4 * count].map(start => Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(start + 4 * i)));
    const scores = await run(session, image, 128);
    const difference = scores.reduce((most, score, i) => Math.max(most, Math.abs(score - expected[i])), 0);
    if (!(difference < 1e-3))
      throw new Error(`${name}: scores differ by ${difference}, so this is not the same network`);
    sessions.set(name, session);
  }
  return sessions.get(name);
}

function image(width) {
  if (!images.has(width))
    images.set(width, Float32Array.from({ length: width * width }, () => 3.46 * (Math.random() - 0.5)));
  return images.get(width);
}

console.log(`ONNX Runtime ${require('onnxruntime-node/package.json').version}, ${threads} threads`);
for await (const line of createInterface({ input: process.stdin })) {
  const [, name, units, width] = line.split(' ');
  const session = await open(`${name}-${units}`), pixels = image(Number(width));
  const start = performance.now();
  await run(session, pixels, Number(width));
  console.log((performance.now() - start) / 1000);
}
