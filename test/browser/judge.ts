/**
 * A browser that judges drawings: each SVG is shown in Chromium with three font stacks, and its boxes are asked for, not ours.
 * One browser and one page serve all drawings of a test file.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { FACES, type Face, fontFile } from '../../src/blueprint/fonts/bundled.ts'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']
const DEJAVU = '/usr/share/fonts/truetype/dejavu'

export const executable = [process.env['CHROMIUM'] ?? '', ...BROWSERS].find((path) => path !== '' && existsSync(path))
const wanted = [
  ...(executable === undefined ? ['Chromium (apt-get install chromium)'] : []),
  ...(existsSync(`${DEJAVU}/DejaVuSans-Bold.ttf`) ? [] : ['DejaVu Sans (apt-get install fonts-dejavu-core)']),
]
const mustRun = process.env['CI'] === 'true'

/** Why nothing can be judged here; with CI=true that is no excuse. */
export const missing: string | undefined = wanted.length === 0 || mustRun ? undefined : `${wanted.join(' and ')} is missing`

if (missing !== undefined) process.stdout.write(`browser: skipped, ${missing}\n`)

export const STACKS = ['bundled', 'dejavu', 'wider'] as const

export interface Judge {
  /** Sentences about what is wrong; none is what is wanted. */
  readonly findings: (svg: string) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

const face = (family: string, data: Buffer, weight: number, more = ''): string =>
  `@font-face{font-family:'${family}';font-weight:${weight};${more}src:url(data:font/ttf;base64,${data.toString('base64')})}`

function styles(): string {
  const weights: readonly (readonly [Face, number])[] = [['regular', 400], ['bold', 600], ['hebrew', 400], ['hebrew-bold', 600]]
  const bundled = weights.flatMap(([one, weight]) => {
    const family = FACES[one].startsWith('inter') ? 'Latin' : 'Hebrew'
    return [face(`Bundled ${family}`, fontFile(one), weight), face(`Wider ${family}`, fontFile(one), weight, 'size-adjust:112%;')]
  })
  const dejavu = [['DejaVuSans.ttf', 400], ['DejaVuSans-Bold.ttf', 600]] as const
  return [
    ...bundled,
    ...dejavu.map(([file, weight]) => face('Other', readFileSync(`${DEJAVU}/${file}`), weight)),
    'body{margin:0}',
    "[data-stack=bundled] text{font-family:'Bundled Latin','Bundled Hebrew',sans-serif}",
    "[data-stack=wider] text{font-family:'Wider Latin','Wider Hebrew',sans-serif}",
    '[data-stack=dejavu] text{font-family:Other,sans-serif}',
  ].join('\n')
}

export async function openJudge(): Promise<Judge> {
  if (wanted.length > 0) throw new Error(`${wanted.join(' and ')} is missing, and drawings cannot be judged without`)
  const browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'] })
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
  await page.setContent(`<!doctype html><style>${styles()}</style><div id="place"></div>`)
  await page.addScriptTag({ path: fileURLToPath(new URL('inspect.js', import.meta.url)) })
  const loaded: unknown = await page.evaluate('Promise.all([...document.fonts].map((font) => font.load())).then((fonts) => fonts.length)')
  if (loaded !== 10) throw new Error(`the browser loaded ${String(loaded)} faces of 10`)
  return {
    findings: async (svg) => page.evaluate<readonly string[]>(`inspectDrawing(${JSON.stringify(svg)}, ${JSON.stringify(STACKS)})`),
    close: async () => browser.close(),
  }
}
