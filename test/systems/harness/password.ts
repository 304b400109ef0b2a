/** The one password of every system here: they listen on the loopback interface, and their data are thrown away. No character too often: Tryton refuses that. */
export const PASSWORD = 'only-Here7392b'
