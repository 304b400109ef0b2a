/** Names that interfaces usually give to the same things: what a first manifest is guessed from. Every guess is tried before it is written down. */

export const SIZES = ['limit', 'per_page', 'page_size', 'pageSize', 'perPage', 'size', 'count', '_limit', '_per_page', 'max_results', 'maxResults', '$top', 'take', 'rows', 'first', 'page[size]', 'page[limit]', 'pagination[pageSize]', 'pagination[limit]'] as const
export const PAGES = ['page', 'page_number', 'pageNumber', 'pageNo', 'p', '_page', 'currentPage', 'page[number]', 'pagination[page]'] as const
export const OFFSETS = ['offset', 'skip', 'start', '_start', 'startIndex', '$skip', 'startAt', 'from', 'page[offset]', 'pagination[start]'] as const
export const CURSORS = ['cursor', 'after', 'page_token', 'pageToken', 'starting_after', 'next_token', 'nextToken', 'next_cursor', 'continuation', 'marker', 'page_info', 'page[cursor]', 'page[after]', 'next'] as const
export const SINCES = [
  'updated_since', 'updated_after', 'updatedSince', 'updatedAfter', 'modified_since', 'modified_after', 'modifiedSince', 'modifiedAfter', 'changed_since', 'changed_after', 'since', 'updated_from', 'updated_at_min',
  'updatedAt_gte', 'updated_at_gte', 'updated_gte', 'filter[updated_after]', 'filter[updatedAt][gte]', 'filters[updatedAt][$gte]', 'updated_at[gte]', 'updatedAt[gte]', 'last_modified_after', 'modified_from', 'changedSince', 'from',
] as const
/** Filters by the field itself, with an operator in the name or before the value. */
export const sincesBy = (field: string): readonly (readonly [parameter: string, value: string])[] => [
  [`${field}_gte`, '{since}'], [`${field}__gte`, '{since}'], [`${field}[gte]`, '{since}'], [`filter[${field}][gte]`, '{since}'], [`filter[${field}][_gte]`, '{since}'], [`${field}_after`, '{since}'], [field, '>={since}'], [field, 'gte:{since}'],
]
export const TOTALS = [
  'total', 'total_count', 'totalCount', 'totalItems', 'total_items', 'totalResults', 'total_results', 'totalElements', 'count', 'meta.total', 'meta.total_count', 'meta.totalCount', 'meta.totalItems', 'meta.pagination.total', 'meta.count',
  'pagination.total', 'pagination.total_count', 'paging.total', 'page.totalElements', 'info.count', 'recordsTotal', '"@odata.count"',
] as const
export const TOTAL_HEADERS = ['X-Total-Count', 'X-Total', 'X-WP-Total', 'Total-Count', 'X-Count'] as const
export const NEXTS = [
  'next', 'next_cursor', 'nextCursor', 'next_page_token', 'nextPageToken', 'next_token', 'next_page', 'nextPage', 'next_url', 'nextLink', '"@odata.nextLink"', 'links.next', 'links.next.href', '_links.next.href', 'paging.next', 'paging.next_cursor',
  'paging.next.link', 'paging.next.after', 'paging.cursors.after', 'pagination.next', 'pagination.next_cursor', 'pagination.next_url', 'pagination.next_page', 'meta.next', 'meta.next_cursor', 'meta.cursor.next', 'meta.pagination.next', 'info.next', 'cursor',
] as const
export const KEYS = ['id', '_id', 'uuid', 'guid', 'documentId', 'ID', 'Id', 'key', 'code', 'sku', 'number', 'slug'] as const
export const RECORDS = ['data', 'items', 'results', 'records', 'value', 'content', 'rows', 'list'] as const
export const CHANGED = /^(?:updated|modified|changed|last_?modified|last_?updated|last_?changed|date_?(?:updated|modified))(?:_?(?:at|on|date|time|gmt|utc))*$/i
export const IDENTIFIERS = /^(?:email|e_?mail|sku|ean|gtin|code|number|reference|ref|slug|handle|username|login|external_?id|vat|name|isbn)$/i
export const VERSIONS = /^(?:version|revision|rev|_rev|lock_?version|row_?version)$/i
export const DOCUMENTS = ['openapi.json', 'swagger.json', 'openapi.yaml', 'api-docs', 'v3/api-docs', 'openapi', 'api/openapi.json', 'docs/openapi.json', 'documentation/json', 'swagger/v1/swagger.json', 'api-docs.json'] as const

export const singular = (name: string): string => (/ies$/i.test(name) ? name.replace(/ies$/i, 'y') : /(?:ses|xes|ches|shes)$/i.test(name) ? name.replace(/es$/i, '') : name.replace(/s$/i, ''))
