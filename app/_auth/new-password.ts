import { z } from 'zod';
import { minPasswordLength } from './auth.ts';

/** A password that somebody chooses. */
export const newPassword = z
  .string()
  .min(minPasswordLength, `Choose a password of at least ${minPasswordLength} characters.`)
  .max(128, 'Choose a password of at most 128 characters.');
