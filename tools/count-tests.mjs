// Adds up what the jest suites reported into one closing line.
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../build/test-results/', import.meta.url);
const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
const sum = (field) => reports.reduce((total, report) => total + report[field], 0);
const failed = sum('numFailedTests');
console.log(`${sum('numPassedTests')} passed, ${failed} failed, ${sum('numPendingTests')} skipped`);
process.exitCode = failed > 0 || sum('numPassedTests') === 0 ? 1 : 0;
