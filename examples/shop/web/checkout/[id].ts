export const view = (id: string) => `/checkout/${id}`;
