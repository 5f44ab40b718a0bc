import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import * as z from 'zod';
import { connectionDefinitionSchema } from '../../../src/core/connections/connection.ts';
import { workspaceConfigSchema } from '../../../src/core/workspace.ts';
import { ROOT } from '../../../scripts/paths.ts';

interface Setting {
  readonly scope?: string;
  readonly default?: unknown;
  readonly ignoreSync?: boolean;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly items?: {
    readonly properties: Record<string, object>;
    readonly else: { readonly required: readonly string[] };
  };
}

interface MenuEntry {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: readonly { readonly properties: Record<string, Setting> }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly svg: string } }[] }[];
  };
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const manifestText = read('package.json');
const manifest = JSON.parse(manifestText) as Manifest;
const settings = Object.assign({}, ...manifest.contributes.configuration.map((group) => group.properties)) as Record<
  string,
  Setting
>;
const commandIds = manifest.contributes.commands.map(({ command }) => command);
const sources = globSync('src/extension/**/*.ts', { cwd: ROOT }).map((path) => ({ path, text: read(path) }));

/** Scopes in which a workspace has no say. */
const personal = ['application', 'machine'];

describe('the manifest', () => {
  it('has exactly the strings that it uses', () => {
    const used = [...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key);
    const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;
    assert.deepEqual([...new Set(used)].toSorted(), Object.keys(strings).toSorted());
  });

  it('wakes the extension only for what VS Code does not see by itself', () => {
    assert.deepEqual(manifest.activationEvents, ['workspaceContains:.shotlist/shotlist.db']);
  });

  it('offers in an untrusted workspace only what neither sends nor writes', () => {
    const free = ['shotlist.showLog', 'shotlist.copyDiagnostics'];
    const palette = manifest.contributes.menus['commandPalette'] ?? [];
    for (const id of commandIds.filter((command) => !free.includes(command))) {
      assert.match(palette.find(({ command }) => command === id)?.when ?? '', /\bisWorkspaceTrusted\b/, id);
    }
    for (const [menu, entries] of Object.entries(manifest.contributes.menus)) {
      for (const { command, when } of entries)
        assert.match(when ?? '', /\bisWorkspaceTrusted\b/, `${menu}: ${command}`);
    }
  });

  it('has in its menus only commands that it declares', () => {
    for (const { command } of Object.values(manifest.contributes.menus).flat()) assert.ok(commandIds.includes(command));
  });

  it('has a picture for each step of the walkthrough', () => {
    for (const { media } of manifest.contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      assert.ok(existsSync(join(ROOT, media.svg)), media.svg);
    }
  });
});

describe('the settings', () => {
  it('all have a scope, a default and a description', () => {
    for (const [id, setting] of Object.entries(settings)) {
      assert.ok(['application', 'machine', 'resource'].includes(setting.scope ?? ''), id);
      assert.notEqual(setting.default, undefined, id);
      assert.ok(setting.description ?? setting.markdownDescription, id);
    }
  });

  it('that decide where things go are the person’s own, and do nothing before a workspace is trusted', () => {
    const sensitive = Object.keys(settings).filter((id) =>
      /url|endpoint|host|path|command|proxy|header|connection/i.test(id),
    );
    assert.deepEqual(sensitive, ['shotlist.connection', 'shotlist.connections']);
    for (const id of sensitive) {
      assert.equal(settings[id]?.scope, 'machine', id);
      assert.equal(settings[id]?.ignoreSync, true, id);
      assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(id), id);
    }
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });

  it('that keep costs down are the person’s own', () => {
    for (const id of Object.keys(settings).filter((id) => /confirm|usd|cost|budget/i.test(id))) {
      assert.ok(personal.includes(settings[id]?.scope ?? ''), id);
    }
  });

  it('never hold a key', () => {
    for (const id of Object.keys(settings)) assert.doesNotMatch(id, /key|secret|token|password|credential/i);
    const definition = settings['shotlist.connections']?.items;
    const properties = Object.keys(definition?.properties ?? {}).filter((name) =>
      /key|secret|token|password/i.test(name),
    );
    assert.deepEqual(properties, ['keyHeader', 'needsKey']);
  });

  it('describe a connection as the core reads it', () => {
    const { properties = {}, required } = z.toJSONSchema(connectionDefinitionSchema, { io: 'input' });
    const definition = settings['shotlist.connections']?.items;
    assert.deepEqual(Object.keys(definition?.properties ?? {}).toSorted(), Object.keys(properties).toSorted());
    // the built-in connection "vertex" has its address already
    assert.deepEqual(definition?.else.required.toSorted(), required?.toSorted());
    for (const [name, schema] of Object.entries(properties)) {
      const described = definition?.properties[name] as Record<string, unknown>;
      const expected = schema as Record<string, unknown>;
      for (const keyword of ['type', 'enum', 'default', 'minimum', 'maximum', 'maxLength']) {
        // the core has defaults that are not in the schema
        if (/concurrency$/i.test(name) && keyword === 'default') continue;
        assert.deepEqual(described[keyword], expected[keyword], `${name}: ${keyword}`);
      }
    }
  });
});

describe('the schema of shotlist.json', () => {
  it('is the one that the core reads it with', () => {
    const { $schema, ...schema } = z.toJSONSchema(workspaceConfigSchema, { target: 'draft-7', io: 'input' });
    assert.deepEqual(JSON.parse(read('schemas/shotlist.schema.json')), { title: 'shotlist.json', $schema, ...schema });
  });

  it('lets a repository define no connection', () => {
    assert.equal(workspaceConfigSchema.safeParse({ connections: [] }).success, false);
    assert.equal(workspaceConfigSchema.safeParse({ baseUrl: 'https://evil.example' }).success, false);
  });
});

describe('the source of the extension', () => {
  it('has its strings in l10n/ (npm run l10n)', async () => {
    const strings = await getL10nJson(sources.map(({ text }) => ({ contents: text, extension: '.ts' })));
    const bundle = JSON.parse(read('l10n/bundle.l10n.json')) as Record<string, unknown>;
    assert.deepEqual(bundle, strings);
    assert.ok(Object.keys(bundle).length > 50);
  }).timeout(20_000);

  it('names only commands that the manifest declares', () => {
    const named = sources.flatMap(({ text }) => [...text.matchAll(/executeCommand\(\s*'(shotlist\.\w+)'/g)]);
    assert.ok(named.length > 0);
    for (const [, id] of named) assert.ok(commandIds.includes(id ?? ''), id);
  });

  it('shows every message through one place, which logs it', () => {
    const shown = sources.filter(({ text }) => /window\.show(?!TextDocument)\w+\(/.test(text)).map(({ path }) => path);
    assert.deepEqual(shown, [join('src', 'extension', 'dialogs.ts')]);
  });

  it('reads no base URL from the environment', () => {
    for (const { path, text } of sources) assert.doesNotMatch(text, /BASE_URL|process\.env\./, path);
  });
});
