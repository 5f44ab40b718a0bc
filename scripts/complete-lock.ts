/**
 * Completes package-lock.json after `npm install`: a registry that does not carry the binaries of every platform leaves
 * their entries out, and `npm ci` then refuses the lock file on every machine. Each left-out optional package is entered
 * by name, version and platform (no integrity: it could not be read), so that `npm ci` passes over it here and installs
 * it where the platform fits.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  version: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];

function platformOf(name: string): Pick<Entry, 'cpu' | 'libc' | 'os'> {
  const words = name.split(/[/-]/);
  const at = words.findIndex((word) => SYSTEMS.includes(word));
  const os = words[at];
  const cpu = words[at + 1];
  if (os === undefined || cpu === undefined) throw new Error(`no platform can be read from the name ${name}`);
  const abi = words[at + 2];
  if (os !== 'linux' || abi === undefined) return { cpu: [cpu], os: [os] };
  return { cpu: [cpu], libc: [abi.startsWith('musl') ? 'musl' : 'glibc'], os: [os] };
}

const lockFile = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const entry of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (key in lock.packages) continue;
    if (!/^\d/.test(version)) throw new Error(`${name} is asked for as ${version}: not one version`);
    lock.packages[key] = { version, dev: true, optional: true, ...platformOf(name) };
    added.push(`${name}@${version}`);
  }
}
const byName = (a: string, b: string): number => a.localeCompare(b, 'en');
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => byName(a, b)));
writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  added.length === 0 ? 'package-lock.json is complete' : `added ${added.length} entries: ${added.join(', ')}`,
);
