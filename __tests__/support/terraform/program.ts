import { join } from 'node:path';

/**
 * The program that tests run as Terraform: the one that the variable TERRAFORM names, else the
 * stand-in. No package registry has the real one.
 */
export const PROGRAM = process.env.TERRAFORM ?? join(import.meta.dirname, 'stand-in');
