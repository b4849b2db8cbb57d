/**
 * A virtual IP address as a resource: {@link io.releve.vip.VirtualIpAgent} adds it to an interface of the active node,
 * lets the kernel drop it when the node's lease ends, and announces it to the neighbours after a takeover.
 */
@NullMarked
package io.releve.vip;

import org.jspecify.annotations.NullMarked;
