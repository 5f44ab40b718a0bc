import { runNode } from './run-node.ts';

/** What `npm run build` does. */
export async function buildForProduction(): Promise<void> {
  const code = await runNode(['esbuild.js', '--production']);
  if (code !== 0) throw new Error('the build failed');
}
