// Stands in for docker-compose.exe of script/check-windows: says what lies beside it in a file.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const words = process.argv.join(' ');
const answer = join(dirname(process.execPath), 'compose.json');
process.stdout.write(/ version --short$/.test(words) ? '2.40.0\n' : readFileSync(answer, 'utf8'));
