/**
 * Which worker runs which task. One singleton per cluster proposes, owners decide, workers may
 * refuse; so everything here is soft state that a new singleton rebuilds from what it hears within
 * a second or two.
 */
package dev.voxelmill.actors.placement;
