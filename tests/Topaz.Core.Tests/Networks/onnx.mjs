// Runs networks in ONNX Runtime: node onnx.mjs MODULES, where MODULES is where npm installed onnxruntime-node. Each line of
// standard input is a task, "NETWORK INPUT SHAPE OUTPUT" (files of raw floats, shape as 1,1,64,64); each is answered by a line.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(join(process.argv[2], 'package.json'));
const ort = require('onnxruntime-node');

for await (const line of createInterface({ input: process.stdin })) {
  const [network, input, shape, output] = line.split(' ');
  const session = await ort.InferenceSession.create(network);
  const bytes = readFileSync(input);
  const pixels = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const { scores } = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', pixels, shape.split(',').map(Number)) });
  writeFileSync(output, Buffer.from(scores.data.buffer, scores.data.byteOffset, scores.data.byteLength));
  console.log(scores.dims.join(','));
}
