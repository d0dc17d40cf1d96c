import type { Sequence } from '../../contract/model.ts';
import { html, type Markup, raw } from '../../report/html.ts';
import { framePage } from '../../report/page.ts';

/** One file that the page takes: where it goes, and what proves that it may. */
export interface InvitedFile {
  /** "T1ce", or "seg" for a mask that somebody drew. */
  name: Sequence | 'seg';
  /** Without its ending: the page adds ".nii" or ".nii.gz". */
  keyStem: string;
  url: string;
  /** Hidden fields of the form, but for the key. */
  fields: Readonly<Record<string, string>>;
}

export interface Invitation {
  study: string;
  files: readonly InvitedFile[];
  /** ISO 8601, UTC, minutes. */
  until: string;
  mostMb: number;
}

const WHAT: Readonly<Record<InvitedFile['name'], string>> = {
  T1: 'T1-weighted, without contrast agent',
  T1ce: 'T1-weighted, with contrast agent',
  T2: 'T2-weighted',
  FLAIR: 'T2 FLAIR',
  seg: 'a mask to compare with, on the grid of the T1 with contrast agent; may be left out',
};

/**
 * Gives the key the file's own ending, sends with a progress bar, and says what came of it. Where the bucket does not
 * let pages read its answers, and where no script runs, the browser sends the form, and the answer shows in the frame.
 */
const SCRIPT = `
for (const form of document.forms) {
  const { file, key, send } = form.elements;
  const [bar, said, frame] = ['progress', 'output', 'iframe'].map((name) => form.querySelector(name));
  const stem = key.value.replace(/\\.nii\\.gz$/, '');
  const say = (text, bad) => { said.textContent = text; said.className = bad ? 'bad' : ''; bar.hidden = true; };
  frame.hidden = true;
  file.addEventListener('change', () => {
    const [chosen] = file.files;
    const ending = chosen && (/\\.nii(\\.gz)?$/i.exec(chosen.name) || [])[0];
    const wrong = !chosen ? '' : !ending ? 'This is no .nii or .nii.gz file.'
      : chosen.size > MOST_BYTES ? 'This file is larger than ' + MOST_BYTES / 1048576 + ' MB.' : '';
    file.setCustomValidity(wrong);
    say(wrong, true);
    key.value = stem + (ending || '.nii.gz').toLowerCase();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => { bar.max = total; bar.value = loaded; };
    request.onload = () => {
      send.disabled = false;
      const words = (/<Message>([^<]*)</.exec(request.responseText) || [])[1];
      if (request.status < 300) say('It is there.');
      else say('It was not taken: ' + (words || request.status), true);
    };
    request.onerror = () => { send.disabled = false; frame.hidden = false; say('Sent by the browser; the answer is below.'); form.submit(); };
    request.open('POST', form.action);
    say('Sending…');
    bar.hidden = false;
    send.disabled = true;
    request.send(new FormData(form));
  });
}
`;

/**
 * A page with one form a file, for people without the program: opens from a disk, loads nothing, and can do nothing but
 * send those files to that bucket (S3's browser-based uploads with POST, signature version 4).
 */
export function buildInvitePage({ study, files, until, mostMb }: Invitation): string {
  const script = SCRIPT.replaceAll('MOST_BYTES', String(mostMb * 1024 ** 2));
  const origins = [...new Set(files.map(({ url }) => new URL(url).origin))].join(' ');
  const policy = [
    "default-src 'none'",
    'img-src data:',
    "style-src 'unsafe-inline'",
    "script-src 'unsafe-inline'",
    `connect-src ${origins}`,
    `form-action ${origins}`,
    `frame-src ${origins}`,
    "base-uri 'none'",
  ].join('; ');
  const body = html`<header class="top">
<p class="kicker">Neurotile</p>
<h1>Upload ${study}</h1>
<p class="notice">Research use only, not a medical device. Whoever has this page can upload these files of this study, and
nothing else, until ${until}. Send no images that show whose they are without the right to.</p>
</header>
<main>
<h2>The files</h2>
<p>NIfTI images (.nii or .nii.gz) of one examination, up to ${mostMb} MB each, in any order. What they are called on your
machine is not kept. A file that is sent again takes the place of the first.</p>
<noscript><p>The store answers in the box below each form: <b>PostResponse</b> says that the file is there, <b>Error</b> why it
is not.</p></noscript>
${files.map(formOf)}
<h2>What happens then</h2>
<p>Once all sequences are there and nothing new has come for two minutes, the study starts by itself. Whoever gave you this
page sees how it goes, and gets the mask, the measurements and the report; you can close it.</p>
</main>
<footer><p class="soft">Nothing on this page is loaded from elsewhere.</p></footer>
<script>${raw(script)}</script>`;
  return framePage({ title: `Upload ${study}`, policy, style: FORMS, body });
}

const FORMS = `
form { margin: 18px 0; padding: 14px 18px; border: 1px solid var(--line); border-radius: 10px; }
form h3 { margin-top: 0; }
button { padding: 6px 16px; font: inherit; }
button, progress, output { margin-right: 12px; vertical-align: middle; }
output.bad { color: #a11; }
iframe:not([hidden]) { display: block; width: 100%; height: 84px; margin-top: 10px; border: 1px solid var(--line); border-radius: 6px; }
`;

function formOf({ name, keyStem, url, fields }: InvitedFile): Markup {
  return html`
<form action="${url}" method="post" enctype="multipart/form-data" target="answer-${name}">
<h3>${name}</h3>
<p class="soft">${WHAT[name]}</p>
<input type="hidden" name="key" value="${keyStem}.nii.gz">
${Object.entries(fields).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">\n`)}
<input type="file" name="file" accept=".nii,.nii.gz,.gz" required aria-label="${name}">
<button name="send">Send</button>
<progress hidden></progress><output></output>
<iframe name="answer-${name}" title="Answer for ${name}" sandbox></iframe>
</form>`;
}
