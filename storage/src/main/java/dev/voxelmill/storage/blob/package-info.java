/**
 * Content-addressed bytes in the {@code blobs} topic: input pictures, previews and the files of
 * assets. The key is the content's hash, so writing the same bytes twice is harmless and every
 * reader can tell whether what it got is what was meant.
 */
package dev.voxelmill.storage.blob;
