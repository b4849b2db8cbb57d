package io.releve.peer;

import io.releve.fencing.LeaseTable.Life;
import java.time.Duration;

/**
 * Asks a life to promise that it will not end the asker's.
 *
 * @param asker who asks
 * @param asked whose promise is wanted; another life of the same node must not give it
 * @param lease the asker's lease: the promise is for as long, and the usual margin
 */
public record Question(Life asker, Life asked, Duration lease) {}
