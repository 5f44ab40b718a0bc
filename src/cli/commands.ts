/** The commands of `shotlist`: a line here and a file in commands/ make one. */
import type { CommandEntry } from './command.ts';

export const commands: readonly CommandEntry[] = [
  {
    name: 'image',
    summary: 'make pictures from a prompt, or edit pictures',
    sends: true,
    load: async () => (await import('./commands/image.ts')).configureImage,
  },
  {
    name: 'video',
    summary: 'make clips from a prompt, pictures or earlier clips',
    sends: true,
    load: async () => (await import('./commands/video.ts')).configureVideo,
  },
  {
    name: 'jobs',
    summary: 'see what was made, finish what was cut off, or make it again',
    sends: true,
    load: async () => (await import('./commands/jobs.ts')).configureJobs,
  },
  {
    name: 'models',
    summary: 'list the models with their dates, prices and parameters',
    load: async () => (await import('./commands/models.ts')).configureModels,
  },
  {
    name: 'auth',
    summary: 'check a key with a call that costs nothing',
    load: async () => (await import('./commands/auth.ts')).configureAuth,
  },
  {
    name: 'sandbox',
    summary: 'serve the sandbox on this machine: no key, no cost',
    load: async () => (await import('./commands/sandbox.ts')).configureSandbox,
  },
  {
    name: 'history',
    summary: 'rebuild the history from the files beside your pictures',
    load: async () => (await import('./commands/history.ts')).configureHistory,
  },
];
