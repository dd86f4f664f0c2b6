// Validates GLB files with the Khronos validator; exit code 1 when one of them has an error.
// Usage: npm ci --prefix .ci && node .ci/validate-glb.mjs FILE...
import { readFile } from 'node:fs/promises';
import validator from 'gltf-validator';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('files: none (expected: at least one GLB file)');
  process.exit(2);
}
let errors = 0;
for (const file of files) {
  const report = await validator.validateBytes(new Uint8Array(await readFile(file)));
  const { numErrors, numWarnings, numInfos, messages } = report.issues;
  console.log(`${file}: ${numErrors} errors, ${numWarnings} warnings, ${numInfos} notes`);
  for (const message of messages) {
    console.log(`  ${message.code} at ${message.pointer ?? message.offset}: ${message.message}`);
  }
  errors += numErrors;
}
process.exit(errors > 0 ? 1 : 0);
