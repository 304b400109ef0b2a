"""Makes the fonts of the drawings and documents, and the widths that drawings are measured with. Run by hand when a font changes:

    apt-get install python3-fonttools fonts-dejavu-core
    for one in inter noto-sans-hebrew; do npm pack @expo-google-fonts/$one && mkdir -p $one && tar xzf expo-google-fonts-$one-*.tgz -C $one; done
    /usr/bin/python3 scripts/fonts.py <folder with inter/ and noto-sans-hebrew/>

Writes src/blueprint/fonts/*.ttf with their licences, src/blueprint/fonts/coverage.ts and src/blueprint/scene/advances.ts. Same sources, same bytes.
"""
import math
import pathlib
import shutil
import sys
from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = pathlib.Path(__file__).resolve().parent.parent
FONTS = ROOT / 'src/blueprint/fonts'
DEJAVU = pathlib.Path('/usr/share/fonts/truetype/dejavu')
SOURCES = pathlib.Path(sys.argv[1])

LATIN_GREEK_CYRILLIC = [(0x20, 0x7E), (0xA0, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F), (0x2190, 0x22FF),
                        (0x2300, 0x23FF), (0x2500, 0x27BF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD)]
HEBREW = [(0x20, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0xA0, 0xA0), (0x590, 0x5FF), (0x200C, 0x200F), (0x20AA, 0x20AA), (0xFB1D, 0xFB4F)]
# Where a viewer without the bundled fonts has others, DejaVu Sans has letters for these too.
MEASURED = [(0x20, 0x7E), (0xA0, 0x6FF), (0x10A0, 0x10FF), (0x1E00, 0x27BF), (0xFB00, 0xFB06), (0xFB1D, 0xFB4F)]
# The bundled face with so much more width is still held to fit.
WIDER = 1.12

FACES = {
    'inter-regular': ('inter/package/400Regular/Inter_400Regular.ttf', LATIN_GREEK_CYRILLIC),
    'inter-semibold': ('inter/package/600SemiBold/Inter_600SemiBold.ttf', LATIN_GREEK_CYRILLIC),
    'noto-hebrew-regular': ('noto-sans-hebrew/package/400Regular/NotoSansHebrew_400Regular.ttf', HEBREW),
    'noto-hebrew-semibold': ('noto-sans-hebrew/package/600SemiBold/NotoSansHebrew_600SemiBold.ttf', HEBREW),
}


def cut(source, target, ranges):
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=['kern', 'mark', 'mkmk', 'ccmp', 'locl'], hinting=False, notdef_outline=True)
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for low, high in ranges for code in range(low, high + 1)])
    cutter.subset(font)
    font.save(target)


def widths(path):
    font = TTFont(path)
    unit = font['head'].unitsPerEm
    return {code: font['hmtx'][glyph][0] / unit for code, glyph in font.getBestCmap().items()}


def widest(weight, dejavu):
    bundled = [widths(FONTS / f'{face}-{weight}.ttf') for face in ('inter', 'noto-hebrew')]
    other = widths(DEJAVU / dejavu)

    def of(code):
        known = [one[code] * WIDER for one in bundled if code in one][:1] + ([other[code]] if code in other else [])
        return max(known) if known else None
    return of


def base36(number):
    digits = '0123456789abcdefghijklmnopqrstuvwxyz'
    return digits[number // 36] + digits[number % 36]


def table(of):
    # `zz` stands for a character that none of the faces has.
    return [''.join('zz' if of(code) is None else base36(math.ceil(of(code) * 100 - 1e-9)) for code in range(low, high + 1)) for low, high in MEASURED]


for name, (source, ranges) in FACES.items():
    cut(SOURCES / source, FONTS / f'{name}.ttf', ranges)
shutil.copyfile(SOURCES / 'inter/package/LICENSE_FONT', FONTS / 'OFL-inter.txt')
shutil.copyfile(SOURCES / 'noto-sans-hebrew/package/LICENSE_FONT', FONTS / 'OFL-noto-sans-hebrew.txt')


def rows(weight, dejavu):
    return ''.join(f'    [0x{low:x}, 0x{high:x}, \'{text}\'],\n' for (low, high), text in zip(MEASURED, table(widest(weight, dejavu))))


(ROOT / 'src/blueprint/scene/advances.ts').write_text(f"""/**
 * How wide each character is at most, of the faces a drawing may be shown with: the bundled ones made {round(WIDER * 100 - 100)} % wider, and DejaVu Sans.
 * Made by scripts/fonts.py. Per range of code points, two base-36 digits each: hundredths of an em, rounded up; `zz`: none of them has it.
 */
export type Advances = readonly (readonly [first: number, last: number, widths: string])[]

export const ADVANCES: {{ readonly regular: Advances; readonly bold: Advances }} = {{
  regular: [
{rows('regular', 'DejaVuSans.ttf')}  ],
  bold: [
{rows('semibold', 'DejaVuSans-Bold.ttf')}  ],
}}
""")


def coverage(face):
    codes = sorted(set(widths(FONTS / f'{face}-regular.ttf')) & set(widths(FONTS / f'{face}-semibold.ttf')))
    ranges = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ' '.join(f'{first:x}' if first == last else f'{first:x}-{last:x}' for first, last in ranges)


(FONTS / 'coverage.ts').write_text(f"""/** Which characters the bundled faces have, as ranges of code points. Made by scripts/fonts.py. */
export const COVERAGE = {{
  inter: '{coverage('inter')}',
  hebrew: '{coverage('noto-hebrew')}',
}} as const
""")
