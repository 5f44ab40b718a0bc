// Builds everything that ships into dist/: the extension, the command line, the workers, and the files they read.
//   npm run build, npm run watch
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, context } from 'esbuild';
import { noticesOf } from './scripts/notices.ts';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const production = process.argv.includes('--production');

/** Files that the code opens beside itself at run time (`new URL('./NAME', import.meta.url)`), copied to dist/ as they are. */
const ASSETS = [
  'node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  'node_modules/@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  'node_modules/@jsquash/webp/codec/dec/webp_dec.wasm',
  'node_modules/@jsquash/webp/codec/enc/webp_enc_simd.wasm',
];

/** Everything lies flat in dist/, so that a relative URL means the same from an entry and from a chunk. */
const entryPoints = { extension: 'src/extension/extension.ts', cli: 'src/cli/main.ts' };
for (const worker of globSync('src/core/**/*-worker.ts', { cwd: root })) entryPoints[basename(worker, '.ts')] = worker;

/** Puts what is not code beside the code, and the command where `npx shotlist` in this repository finds it. */
const finish = {
  name: 'finish',
  setup(pluginBuild) {
    const watching = process.argv.includes('--watch');
    // what .vscode/tasks.json waits for
    pluginBuild.onStart(() => {
      if (watching) console.log('building');
    });
    pluginBuild.onEnd(({ errors, metafile }) => {
      if (errors.length > 0) return;
      for (const asset of ASSETS) copyFileSync(join(root, asset), join(dist, basename(asset)));
      writeFileSync(join(dist, 'NOTICES.txt'), noticesOf(root, [...Object.keys(metafile.inputs), ...ASSETS]));
      if (existsSync(join(dist, 'cli.js'))) linkCommand(join(dist, 'cli.js'));
      if (watching) console.log('built');
    });
  },
};

function linkCommand(target) {
  const bin = join(root, 'node_modules', '.bin', 'shotlist');
  mkdirSync(dirname(bin), { recursive: true });
  rmSync(bin, { force: true });
  if (process.platform === 'win32') {
    writeFileSync(`${bin}.cmd`, '@node "%~dp0..\\..\\dist\\cli.js" %*\r\n');
    writeFileSync(bin, '#!/bin/sh\nexec node "$(dirname "$0")/../../dist/cli.js" "$@"\n');
  } else {
    chmodSync(target, 0o755);
    symlinkSync('../../dist/cli.js', bin);
  }
}

const options = {
  absWorkingDir: root,
  // CommonJS packages in the bundle call require() for Node's own modules
  banner: {
    js: "import { createRequire as nodeCreateRequire } from 'node:module'; const require = nodeCreateRequire(import.meta.url);",
  },
  bundle: true,
  chunkNames: '[name]-[hash]',
  entryPoints: Object.fromEntries(Object.entries(entryPoints).filter(([, file]) => existsSync(join(root, file)))),
  external: ['vscode'],
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  minify: production,
  outdir: dist,
  platform: 'node',
  plugins: [finish],
  sourcemap: production ? false : 'linked',
  splitting: true,
  target: 'node22',
  treeShaking: true,
};

rmSync(dist, { force: true, recursive: true });
if (process.argv.includes('--watch')) {
  const watching = await context(options);
  await watching.watch();
} else {
  // esbuild has printed what is wrong
  await build(options).catch(() => {
    process.exitCode = 1;
  });
}
