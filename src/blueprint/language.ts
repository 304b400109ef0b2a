/** Languages in which drawings and documents speak. Words of the plan itself stay as they are written. */
export type Language = 'en' | 'pl'
