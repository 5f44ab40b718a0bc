/** The text of *Copy Diagnostics*, in Markdown so that it can go into an issue as it is. */

export interface ConnectionFacts {
  readonly id: string;
  readonly host: string;
  /** Where its key comes from, never the key. */
  readonly key: string;
}

export interface DiagnosticsFacts {
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connections: readonly ConnectionFacts[];
  readonly logPath: string;
  readonly logLines: readonly string[];
}

export function diagnosticsText(facts: DiagnosticsFacts): string {
  const versions = Object.entries(facts.versions).map(([name, version]) => `- ${name}: ${version}`);
  const connections = facts.connections.map(({ id, host, key }) => `- ${id} at ${host}, key: ${key}`);
  return [
    '## Shotlist diagnostics',
    ...versions,
    '',
    '### Connections',
    ...connections,
    '',
    '### Settings',
    '```json',
    JSON.stringify(facts.settings, null, 2),
    '```',
    '',
    `### Log (${facts.logPath})`,
    // longer than any fence that a log line could hold
    '``````',
    ...facts.logLines,
    '``````',
    '',
  ].join('\n');
}
