import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShotlistError } from '../../../src/core/errors.ts';
import { readYamlInputs } from '../../../src/core/templates/inputs.ts';
import type { RenderRequest } from '../../../src/core/templates/render-messages.ts';
import { createRenderer, type Renderer } from '../../../src/core/templates/renderer.ts';

const endless =
  '{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor %}{% endfor %}{% endfor %}';

describe('The renderer', function () {
  // real threads are started and ended
  this.timeout(30_000);

  let folder = '';
  let renderer: Renderer;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotlist-renderer-')));
    writeFileSync(join(folder, 'part.j2'), 'part {{ x }}\n');
    writeFileSync(join(folder, 'wrong.j2'), '\n  {{ 1 / 0 }}');
    writeFileSync(join(folder, 'colors.txt'), '# colors\nred\ngreen\n\nblue\n');
    renderer = createRenderer({ timeoutMs: 1000 });
  });
  after(async () => {
    await renderer.dispose();
    rmSync(folder, { force: true, recursive: true });
  });

  const request = (text: string, more: { inputs?: string; seed?: number } = {}): RenderRequest => ({
    template: { path: join(folder, 'main.j2'), name: 'prompts/main.j2', text },
    roots: [folder],
    inputs: readYamlInputs(more.inputs ?? ''),
    seed: more.seed ?? 1,
  });
  const textOf = async (text: string, more?: { inputs?: string; seed?: number }): Promise<string> =>
    (await renderer.render(request(text, more))).text;
  const failureOf = async (text: string): Promise<ShotlistError> => {
    const error: unknown = await renderer.render(request(text)).then(
      ({ text: rendered }) => rendered,
      (reason: unknown) => reason,
    );
    assert.ok(ShotlistError.is(error), String(error));
    return error;
  };

  it('renders with inputs, which keep their types on the way', async () => {
    assert.equal(
      await textOf('{{ a }} {{ b }} {{ c }}', { inputs: 'a: 1\nb: 1.0\nc: { k: [true] }' }),
      "1 1.0 {'k': [True]}",
    );
  });

  it('tells which files were included', async () => {
    const { text, includes } = await renderer.render(request('{% set x = 1 %}{% include "part.j2" %}'));
    assert.equal(text, 'part 1');
    assert.deepEqual(
      includes.map(({ path }) => path),
      [join(folder, 'part.j2')],
    );
    assert.match(includes[0]?.sha256 ?? '', /^[\da-f]{64}$/);
  });

  it('follows the seed in choices', async () => {
    const template =
      "{{ ['a', 'b', 'c']|random }}{{ choice(['x', 'y', 'z']) }}{{ wildcard('colors.txt') }}{{ lipsum(1) }}";
    const first = await textOf(template, { seed: 7 });
    assert.equal(await textOf(template, { seed: 7 }), first);
    const others = await Promise.all([1, 2, 3, 4, 5].map((seed) => textOf(template, { seed })));
    assert.ok(new Set(others).size > 3);
    assert.match(first, /^[abc][xyz](red|green|blue)<p>/);
  });

  it('names file, line and column of a fault, also in an include', async () => {
    const own = await failureOf('ok\n{{ x.y }}');
    assert.equal(own.code, 'template_error');
    assert.equal(own.message, "prompts/main.j2:2:5: 'x' is undefined");
    assert.deepEqual(own.location, { path: join(folder, 'main.j2'), line: 2, column: 5 });
    const included = await failureOf('{% include "wrong.j2" %}');
    assert.equal(included.message, 'wrong.j2:2:6: division by zero');
    assert.deepEqual(included.location, { path: join(folder, 'wrong.j2'), line: 2, column: 6 });
  });

  it('sees that a template on disk leads back to itself', async () => {
    const path = join(folder, 'self.j2');
    const text = '{% include "self.j2" %}';
    writeFileSync(path, text);
    const looping = renderer.render({ ...request(text), template: { path, name: 'self.j2', text } });
    await assert.rejects(looping, /leads back to itself: self\.j2 → self\.j2/);
  });

  it('ends a template that does not end, and renders the next one at once', async () => {
    const [slow, next] = await Promise.all([failureOf(endless), textOf('next')]);
    assert.equal(slow.code, 'template_error');
    assert.match(slow.message, /prompts\/main\.j2 takes longer than 1 second/);
    assert.equal(next, 'next');
    assert.equal(await textOf('{{ 1 + 1 }}'), '2');
  });

  it('ends a template that fills the memory, and renders the next one', async () => {
    const small = createRenderer({ timeoutMs: 20_000, memoryMb: 24 });
    const greedy =
      "{% set ns = namespace(x=[]) %}{% for a in range(1000) %}{% for b in range(1000) %}{% set _ = ns.x.append('a' ~ a ~ b) %}{% if ns.x|length > 90000 %}{% set ns.x = [ns.x] %}{% endif %}{% endfor %}{% endfor %}";
    await assert.rejects(small.render(request(greedy)), /needs more than 24 MiB of memory/);
    assert.equal((await small.render(request('next'))).text, 'next');
    await small.dispose();
  });

  it('refuses more than 32,000 characters', async () => {
    assert.equal((await textOf("{{ 'x' * 32000 }}")).length, 32_000);
    assert.match((await failureOf("{{ 'x' * 32001 }}")).message, /more than 32000 characters/);
  });

  it('refuses a template of more than 64 KiB', async () => {
    assert.equal(await textOf(`{#${'x'.repeat(65_500)}#}small`), 'small');
    assert.match((await failureOf(`{#${'x'.repeat(65_600)}#}`)).message, /larger than 64 KiB/);
  });

  it('survives a macro that calls itself and brackets without end', async () => {
    assert.match((await failureOf('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}')).message, /calls itself/);
    assert.match((await failureOf(`{{ ${'['.repeat(30_000)} }}`)).message, /too deep|unexpected/);
    assert.equal(await textOf("{{ (' ' * 900000 ~ 'x').rstrip()|length }}"), '900001');
  });

  it('refuses inputs that cannot be handed over, and goes on', async () => {
    const inputs = new Map([['f', (() => 1) as never]]);
    await assert.rejects(renderer.render({ ...request('x'), inputs }), /cannot be handed over/);
    assert.equal(await textOf('next'), 'next');
  });

  it('drops what is aborted before and while it waits', async () => {
    const aborted = AbortSignal.abort(new Error('stale'));
    await assert.rejects(renderer.render(request('x'), aborted), /stale/);
    const controller = new AbortController();
    const first = renderer.render(request('first'));
    const waiting = renderer.render(request('second'), controller.signal);
    controller.abort(new Error('stale'));
    await assert.rejects(waiting, /stale/);
    assert.equal((await first).text, 'first');
    assert.equal(await textOf('third'), 'third');
  });

  it('fails after it was closed', async () => {
    const closed = createRenderer();
    const pending = closed.render(request('x'));
    await Promise.all([assert.rejects(pending, /closed/), closed.dispose()]);
    await assert.rejects(closed.render(request('x')), /closed/);
  });

  it('does not keep the process alive when it is idle', () => {
    const module = new URL('../../../src/core/templates/renderer.ts', import.meta.url).href;
    const script = `
      import { createRenderer } from ${JSON.stringify(module)};
      const request = { template: { path: '/x.j2', name: 'x.j2', text: '{{ 1 }}' }, roots: [], inputs: new Map(), seed: 1 };
      console.log((await createRenderer().render(request)).text);`;
    const { stdout, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(stdout, '1\n', stderr);
    assert.equal(status, 0);
  });
});
