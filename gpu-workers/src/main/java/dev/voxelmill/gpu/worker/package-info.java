/**
 * A worker process: the protocol actor that speaks with owners and placement, and the device actor
 * on its own thread that alone touches the device. What to do about a message is decided by {@link
 * dev.voxelmill.gpu.worker.WorkerState}, a pure function; the actors carry it out.
 */
package dev.voxelmill.gpu.worker;
