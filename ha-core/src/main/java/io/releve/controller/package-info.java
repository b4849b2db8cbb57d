/** The elected loop: sees what is, has the scheduler plan, publishes the plan, watches it being carried out. */
@NullMarked
package io.releve.controller;

import org.jspecify.annotations.NullMarked;
