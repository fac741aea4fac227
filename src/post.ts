const { runPost } = await import('./action/post.ts');
await runPost();

export {};
