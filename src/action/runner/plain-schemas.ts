import * as z from 'zod';

// Before any schema is made. zod would write a program for each at its first use, which takes longer
// than a step uses most of them. One that is used often is as quick without (1000 tasks: 2 ms).
z.config({ jitless: true });
