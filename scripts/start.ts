// `npm start`: builds, then makes pictures from a shipped prompt in a scratch workspace, on the sandbox.
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildForProduction } from './build.ts';
import { ROOT } from './paths.ts';
import { runNode } from './run-node.ts';

await buildForProduction();

const scratch = await mkdtemp(join(tmpdir(), 'shotlist-start-'));
const workspace = join(scratch, 'workspace');
await mkdir(workspace);

console.error('Making three pictures of a lighthouse in the sandbox: no key, no network, no cost.\n');
const prompt = join(ROOT, 'templates', 'image', 'lighthouse.j2');
const command = ['image', `@${prompt}`, '-n', '3', '--aspect', '3:2', '--connection', 'sandbox'];
const code = await runNode([join(ROOT, 'dist', 'cli.js'), ...command, '--workspace', workspace], {
  // a demonstration leaves nothing in the person's own state folder
  SHOTLIST_HOME: join(scratch, 'state'),
});

if (code === 0) {
  console.error(`
Open them with any viewer. Beside each lies NAME.png.json: how it was made.

Next:
  npx shotlist image "your own words" --connection sandbox      more from the sandbox
  npx shotlist image "your own words"                           real ones, with OPENAI_API_KEY set
  npm run vscode                                                the same inside VS Code
`);
}
process.exitCode = code;
