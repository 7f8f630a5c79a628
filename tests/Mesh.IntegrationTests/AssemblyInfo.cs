// One mesh is some twenty processes; two of them at once on two cores would measure the machine, not the mesh.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
