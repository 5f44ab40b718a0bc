import assert from 'node:assert/strict';
import { Command } from 'commander';
import { addParameterFlags, parameterFlags, parametersFrom } from '../../../src/cli/parameter-flags.ts';
import { findModel, models } from '../../../src/core/catalog/catalog.ts';
import type { Model } from '../../../src/core/catalog/model.ts';
import * as z from 'zod';

const flags = parameterFlags(models);

function parse(given: string[]): Record<string, unknown> {
  const command = new Command()
    .exitOverride()
    .option('--param <NAME=VALUE>', '', (value: string, before: string[]) => [...before, value], []);
  addParameterFlags(command, flags);
  command.parse(given, { from: 'user' });
  const options = command.opts<{ param: string[] }>();
  return parametersFrom(flags, options, options.param);
}

describe('parameter flags', () => {
  it('every parameter of every model is a flag, however its protocol spells it', () => {
    const plain = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();
    const names = models.flatMap((model) => Object.keys(model.parameters.shape));
    const named = flags.flatMap(({ flag, alias }) => [plain(flag), plain(alias ?? flag)]);
    for (const name of names) assert.ok(named.includes(plain(name)), name);
    assert.equal(new Set(flags.map(({ flag }) => flag)).size, flags.length);
    assert.ok(flags.length > 10);
  });

  it('names of several words are written with dashes', () => {
    assert.deepEqual(parse(['--duration-seconds', '6', '--negative-prompt', 'rain', '--no-generate-audio']), {
      durationSeconds: '6',
      negativePrompt: 'rain',
      generateAudio: false,
    });
    assert.equal(flags.find(({ flag }) => flag === 'negative-prompt')?.description, 'What the clip must not show.');
  });

  it('the short name wins, and the own name works too', () => {
    assert.deepEqual(parse(['--format', 'webp']), { output_format: 'webp' });
    assert.deepEqual(parse(['--output-format', 'webp']), { output_format: 'webp' });
  });

  it('values get the type of the schema', () => {
    assert.deepEqual(parse(['--output-compression', '80', '--svg', '{"model":"m"}', '--user', '12']), {
      output_compression: 80,
      svg: { model: 'm' },
      user: '12',
    });
  });

  it('a value of the wrong type stays as given, for the check to name it', () => {
    assert.deepEqual(parse(['--output-compression', 'much']), { output_compression: 'much' });
  });

  it('--param passes any parameter, typed by its schema or by its looks', () => {
    assert.deepEqual(
      parse([
        '--param',
        'quality=high',
        '--param',
        'steps=30',
        '--param',
        'tiled=true',
        '--param',
        'x={"a":[1]}',
        '--param',
        'user=7',
        '--param',
        'note=a=b',
      ]),
      { quality: 'high', steps: 30, tiled: true, x: { a: [1] }, user: '7', note: 'a=b' },
    );
  });

  it('what is no assignment, no JSON, or given twice differently is refused', () => {
    assert.throws(() => parse(['--param', 'quality']), { code: 'invalid_request' });
    assert.throws(() => parse(['--svg', '{model']), { code: 'invalid_request' });
    assert.throws(() => parse(['--quality', 'high', '--param', 'quality=low']), { code: 'invalid_request' });
    assert.deepEqual(parse(['--quality', 'high', '--param', 'quality=high']), { quality: 'high' });
  });

  it('a boolean parameter becomes a switch with its opposite', () => {
    const base = findModel('gpt-image-2') as Model;
    const boolean = parameterFlags([{ ...base, parameters: z.strictObject({ with_sound: z.boolean().optional() }) }]);
    const command = new Command();
    addParameterFlags(command, boolean);
    assert.deepEqual(parametersFrom(boolean, command.parse(['--with-sound'], { from: 'user' }).opts(), []), {
      with_sound: true,
    });
    const other = new Command();
    addParameterFlags(other, boolean);
    assert.deepEqual(parametersFrom(boolean, other.parse(['--no-with-sound'], { from: 'user' }).opts(), []), {
      with_sound: false,
    });
    const none = new Command();
    addParameterFlags(none, boolean);
    assert.deepEqual(parametersFrom(boolean, none.parse([], { from: 'user' }).opts(), []), {});
  });
});
