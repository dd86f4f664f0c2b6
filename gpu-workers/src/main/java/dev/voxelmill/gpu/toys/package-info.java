/**
 * The procedural toy objects that the default prior is trained and judged on: built from a seed,
 * rendered by an analytic ray caster, and answering exactly which points are inside them. An object
 * is a union of at most a dozen quadrics, boxes and tori in a box of +-0.6. The draws follow
 * numpy's default generator, so a seed names the same object here and in Python.
 */
package dev.voxelmill.gpu.toys;
