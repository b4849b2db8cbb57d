/**
 * Agents for services that are programs of the operating system: a process that the node starts itself, a script in
 * OCF's form, a unit of systemd. Linux only. Every program is started without a shell, in a session of its own, so that
 * all that it starts in turn can be ended together.
 */
@NullMarked
package io.releve.agent.process;

import org.jspecify.annotations.NullMarked;
