/**
 * The models that an installation knows by name, as {@code conf/models.conf} lists them, and which
 * licences it may use. Both planes read the same file: a supervisor, to refuse a request before it
 * costs anything, and a worker, to find the folder and to name the licence in what it makes.
 */
package dev.voxelmill.protocols.model;
