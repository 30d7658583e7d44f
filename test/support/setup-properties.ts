import fc from 'fast-check';
import { cases, seed } from './seed.ts';

fc.configureGlobal({ seed, numRuns: cases(100) });
