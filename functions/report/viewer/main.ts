import { Niivue } from '@niivue/niivue';
import { chosenOf, elementOf, onChange } from './elements.ts';
import { loadVolume } from './load-volume.ts';
import { describePlace, type Loaded } from './readout.ts';
import { NO_MASK, type ViewerConfig } from './viewer-config.ts';

/** Starts the report's viewer: NiiVue on the canvas, the controls around it, the line of values below. */
async function start(): Promise<void> {
  const config: ViewerConfig = JSON.parse(elementOf('viewer-config', HTMLScriptElement).text);
  const niivue = createNiivue();
  await niivue.attachToCanvas(elementOf('viewer-canvas', HTMLCanvasElement));
  const loaded = new Map<string, Promise<Loaded>>();
  const load = (id: string): Promise<Loaded> => {
    const volume = config.volumes.find((v) => v.id === id)!;
    const known = loaded.get(id) ?? loadVolume(volume, config.labels).then((image) => ({ volume, image }));
    loaded.set(id, known);
    return known;
  };
  let shown: Loaded[] = [];
  let latest = 0;
  const show = async () => {
    const turn = ++latest;
    const layers = chosenLayers();
    const next = await Promise.all(layers.map(({ id }) => load(id)));
    if (turn !== latest) return; // a later choice is under way
    shown = next;
    layers.forEach(({ opacity }, n) => {
      niivue.volumes[n] = next[n].image;
      next[n].image.opacity = opacity;
    });
    niivue.volumes.length = layers.length;
    niivue.setVolume(niivue.volumes[0], 0);
    niivue.setSliceType(Number(chosenOf('viewer-layout') ?? niivue.sliceTypeMultiplanar));
    describe(niivue.frac2mm(niivue.scene.crosshairPos) as unknown as number[]);
  };
  const describe = (mm: readonly number[]) => {
    elementOf('viewer-place', HTMLOutputElement).value = describePlace(mm, shown, config);
  };
  niivue.onLocationChange = (place) => describe((place as { mm: number[] }).mm);
  await show();
  niivue.scene.crosshairPos = niivue.mm2frac([...config.focus]);
  await show();
  onChange('viewer-controls', () => void show().catch(fail));
  elementOf('viewer', HTMLElement).dataset.state = 'ready';
}

function createNiivue(): Niivue {
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    crosshairColor: [0.55, 0.85, 1, 0.8],
    crosshairWidth: 0.6,
    crosshairGap: 8,
    show3Dcrosshair: true,
    isRadiologicalConvention: true,
    sagittalNoseLeft: true,
    multiplanarShowRender: 1,
    multiplanarLayout: 2,
    multiplanarPadPixels: 4,
    isColorbar: false,
    isOrientCube: false,
    dragAndDropEnabled: false,
    loadingText: 'loading',
    logLevel: 'error',
    scrollRequiresFocus: true,
    isAlphaClipDark: true,
    fontMinPx: 15,
    textHeight: 0.05,
    fontColor: [0.92, 0.92, 0.92, 1],
    showAllOrientationMarkers: true,
  });
  niivue.opts.isResizeCanvas = true;
  return niivue;
}

/** The layers that the controls ask for, from the bottom up. */
function chosenLayers(): { id: string; opacity: number }[] {
  const opacity = (id: string) => Number(elementOf(id, HTMLInputElement).value) / 100;
  const layers = [{ id: chosenOf('viewer-sequence')!, opacity: 1 }];
  const mask = chosenOf('viewer-mask') ?? NO_MASK;
  if (mask !== NO_MASK) layers.push({ id: mask, opacity: opacity('viewer-mask-opacity') });
  if (elementOf('viewer-uncertainty', HTMLInputElement).checked)
    layers.push({ id: 'uncertainty', opacity: opacity('viewer-uncertainty-opacity') });
  return layers;
}

function fail(error: unknown): void {
  elementOf('viewer', HTMLElement).dataset.state = 'failed';
  elementOf('viewer-message', HTMLElement).textContent =
    'The viewer could not start: it needs WebGL 2. The pictures above and below show the same study.';
  console.warn(error);
}

start().catch(fail);
