/** Property tests draw the same cases in every run; another seed looks further. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['SHOTLIST_TEST_SEED'] ?? 1) });
