/* Types of `engine_styles.js`, which `app/browser_files.py` generates from the engine's colours. */

import type { PublishedStyle } from "../browser/types.js"

/** The colours of figures by name: for the light theme and for the dark theme. */
export const FIGURE_COLOURS: Record<string, [string, string]>

/** The style of the published figures. */
export const PUBLISHED_STYLE: PublishedStyle
