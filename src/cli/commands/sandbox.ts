/** `shotlist sandbox`: serves the sandbox on loopback for other clients, in the foreground. */
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { personalFolder } from '../../core/personal-folder.ts';
import type { Act, Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { catchInterruption } from '../interruption.ts';

interface SandboxOptions {
  readonly port?: number;
}

export function configureSandbox(command: Command, act: Act): void {
  command
    .usage('[OPTIONS]')
    .optionsGroup('Sandbox:')
    .option('--port <N>', 'port to listen on, at 127.0.0.1 only (default: a free one)', portNumber)
    .addHelpText('after', help)
    .action(act(runSandbox));
}

const help = `
It speaks the providers' protocols, takes any key, charges nothing and draws real pictures and clips. Its base URL
is printed; Ctrl-C ends it. Words in a prompt bring out faults: [fail:CODE], [poll:CODE], [download:CODE], [drop].

Examples:
  shotlist sandbox --port 8787
  OPENAI_BASE_URL=http://127.0.0.1:8787/v1 shotlist image "a lighthouse at dusk"`;

async function runSandbox({ options, output, io }: Invocation<SandboxOptions>): Promise<number> {
  const { serveSandbox } = await import('../../core/sandbox/serve.ts');
  const server = await serveSandbox({
    port: options.port ?? 0,
    // the same as of the connection "sandbox": what one began, the other can finish
    stateFolder: join(personalFolder(io.variables), 'sandbox'),
  });
  output.print(server.baseUrl);
  output.document({ ok: true, baseUrl: server.baseUrl });
  output.note('The sandbox is running; Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    catchInterruption(resolve, resolve);
  });
  await server.close();
  return exitCodes.done;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('It has to be a number up to 65535.');
  return port;
}
