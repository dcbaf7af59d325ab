using TrainingChild;

// A training process for tests to kill: goes on from the newest checkpoint in the folder it is given, and says so after every step.
new SavedRun(args[0]).Train(resume: true, () => Console.WriteLine("stepped"));
