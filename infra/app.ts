/** What `npx cdk` runs: the stacks that cdk.json's context asks for, held to the rules. */
import { App } from 'aws-cdk-lib';
import { addStacks } from './add-stacks.ts';
import { bundleFolder } from './bundles.ts';
import { holdToRules } from './hold-to-rules.ts';
import { readSettings } from './settings.ts';

const app = new App();
const { predictor } = readSettings(app.node);
addStacks(app, { codeFolder: (name) => bundleFolder(name, predictor) });
holdToRules(app);
app.synth();
