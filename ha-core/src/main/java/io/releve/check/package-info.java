/**
 * Checks that a service answers, for agents and operations to use. A check looks from outside, as the service's own
 * users do, and changes nothing.
 */
@NullMarked
package io.releve.check;

import org.jspecify.annotations.NullMarked;
