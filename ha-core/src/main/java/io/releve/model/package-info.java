/**
 * What a cluster is declared to be: nodes, resources, constraints, options. Immutable values in Pacemaker's terms,
 * validated as a whole by {@link io.releve.model.ClusterConfig.Builder#build()}.
 */
@NullMarked
package io.releve.model;

import org.jspecify.annotations.NullMarked;
