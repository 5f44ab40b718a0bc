// `node scripts/run.js FILE.ts …` runs a script of this repository, or says in one sentence which Node it lacks.
// Plain JavaScript, because an old Node cannot even read the TypeScript files.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 20)) {
  console.error(
    `Shotlist's scripts need Node 22.20 or later and this is ${process.version}: run \`npm ci\` (with install scripts allowed for the package "node", which brings Node 24), then use the npm scripts.`,
  );
  process.exitCode = 1;
} else {
  const { pathToFileURL } = await import('node:url');
  const [file, ...rest] = process.argv.slice(2);
  const path = await import('node:path');
  process.argv = [process.argv[0], path.resolve(file), ...rest];
  await import(pathToFileURL(process.argv[1]).href);
}
