export const ENOENT = 2;
export const ESRCH = 3;
export const EBUSY = 16;
export const EEXIST = 17;
export const ENODEV = 19;
export const EAFNOSUPPORT = 97;
export const EADDRNOTAVAIL = 99;
