/**
 * How a request becomes tasks: the methods, their parameters with ranges and defaults, and the
 * graph of tasks. Everything here is a pure function of the request.
 */
package dev.voxelmill.protocols.plan;
