#!/usr/bin/env node
/**
 * The command `shotlist`. Imports nothing statically, so that an old Node can read this file far enough to say that it
 * is too old.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 20)) {
  process.stderr.write(`shotlist needs Node 22.20 or later, and this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { runProgram } = await import('./program.ts');
  await runProgram(process.argv.slice(2));
}
