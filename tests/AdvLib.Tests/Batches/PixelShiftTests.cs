namespace AdvLib.Tests;

/// <summary>Images moved by whole pixels, in batches and by themselves.</summary>
public sealed class PixelShiftTests
{
    private static readonly Shape Shape = new(5, 7, 2);

    [Fact]
    public void Every_pixel_goes_where_it_is_moved_to_and_nothing_comes_in()
    {
        float[] image = [.. Enumerable.Range(1, Shape.Size).Select(i => (float)i)];
        for (int down = -4; down <= 4; down++)
        {
            for (int right = -4; right <= 4; right++)
            {
                float[] moved = [.. image];
                PixelShift.Move(moved, Shape, right, down);
                for (int y = 0; y < Shape.Height; y++)
                {
                    for (int x = 0; x < Shape.Width; x++)
                    {
                        for (int c = 0; c < Shape.Channels; c++)
                            Assert.Equal(Pixel(image, y - down, x - right, c), Pixel(moved, y, x, c));
                    }
                }
            }
        }
    }

    [Fact]
    public void All_shifts_are_drawn_and_none_is_larger()
    {
        var shifts = new (int Right, int Down)[2500];
        PixelShift.Draw(new Rng(1, RandomPurpose.Sampling), 2, shifts);
        IGrouping<(int, int), (int, int)>[] groups = [.. shifts.GroupBy(shift => shift)];
        Assert.Equal(25, groups.Length);
        Assert.All(shifts, shift => Assert.True(Math.Abs(shift.Right) <= 2 && Math.Abs(shift.Down) <= 2));

        // 100 on average, standard deviation 10.
        Assert.All(groups, group => Assert.InRange(group.Count(), 50, 150));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_move_their_images_each_by_itself_and_pairs_together(bool paired)
    {
        // A single white pixel in the middle shows where an image went; the attack does nothing.
        var pixels = new float[20 * 49];
        for (int i = 0; i < 20; i++)
            pixels[i * 49 + 24] = 1;
        var set = new ImageSet("points", new Shape(7, 7, 1), 2, pixels, new byte[20]);
        var model = new FakeClassifier(set.Shape, 2);
        MixedAdversarialBatches Batches(ulong seed) => new(model, set, 16, new Fgsm(0), 0.5, seed) { Paired = paired, Shift = 3 };
        var (batches, same) = (Batches(1), Batches(1));
        var seen = new HashSet<int>();
        for (int step = 0; step < 60; step++)
        {
            Batch batch = batches.Next();
            int[] places = [.. Enumerable.Range(0, 16).Select(i => batch.Images.Slice(i * 49, 49).IndexOf(1f))];
            Assert.DoesNotContain(-1, places);
            Assert.True(!paired || places.AsSpan(0, 8).SequenceEqual(places.AsSpan(8)));
            Assert.Equal(batch.Images.ToArray(), same.Next().Images.ToArray());
            seen.UnionWith(places);
        }

        Assert.Equal(49, seen.Count);

        // Training may go on without: nothing stays moved.
        batches.Shift = 0;
        Batch still = batches.Next();
        Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(1, still.Images[i * 49 + 24]));
    }

    [Fact]
    public void Shuffled_batches_move_images_as_one_process_would_whoever_takes_a_share()
    {
        var pixels = new float[25 * 49];
        for (int i = 0; i < 25; i++)
            pixels[i * 49 + 24] = 1;
        var set = new ImageSet("points", new Shape(7, 7, 1), 2, pixels, new byte[25]);
        ShuffledBatches Batches(int rank) => new(set, 10, seed: 1) { Shift = 3, Share = rank < 0 ? default : new Share(rank, 3) };
        (ShuffledBatches whole, ShuffledBatches[] parts) = (Batches(-1), [Batches(0), Batches(1), Batches(2)]);
        var seen = new HashSet<int>();
        for (int step = 0; step < 60; step++)
        {
            float[] images = whole.Next().Images.ToArray();
            Assert.Equal(images, parts.SelectMany(part => part.Next().Images.ToArray()));
            seen.UnionWith(images.Chunk(49).Select(image => image.AsSpan().IndexOf(1f)));
        }

        Assert.Equal(Enumerable.Range(0, 49), seen.Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledBatches(set, 10, seed: 1) { Shift = 7 });
    }

    [Fact]
    public void Shuffled_batches_that_go_on_move_images_as_if_never_stopped()
    {
        ImageSet set = TestNetworks.Set(20, new Shape(5, 5, 1), 2);
        var first = new ShuffledBatches(set, 8, seed: 1) { Shift = 2 };
        for (int step = 0; step < 4; step++)
            first.Next();
        var saved = new ResumeState();
        first.Exchange(saved);
        var second = new ShuffledBatches(set, 8, seed: 9) { Shift = 2 };
        second.Exchange(new ResumeState(saved.Arrays, saved.Values));
        for (int step = 0; step < 5; step++)
            Assert.Equal(first.Next().Images.ToArray(), second.Next().Images.ToArray());
        var still = new ShuffledBatches(set, 8, seed: 1);
        Assert.Throws<CheckpointException>(() => still.Exchange(new ResumeState(saved.Arrays, saved.Values)));
    }

    [Fact]
    public void A_shift_that_leaves_nothing_is_refused()
    {
        ImageSet set = TestNetworks.Set(10, new Shape(5, 7, 1), 2);
        var model = new FakeClassifier(set.Shape, 2);
        Assert.Equal(0, new AdversarialBatches(model, set, 4).Shift);
        Assert.Equal(4, new AdversarialBatches(model, set, 4) { Shift = 4 }.Shift);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdversarialBatches(model, set, 4) { Shift = 5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixedAdversarialBatches(model, set, 4) { Shift = -1 });
        ImageSet dot = new("dot", new Shape(1, 1, 1), 2, new byte[4], [0, 1, 0, 1]);
        var fake = new FakeClassifier(dot.Shape, 2);
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => new AdversarialBatches(fake, dot, 4) { Shift = 2 });
        Assert.Contains("the images' 1x1x1, for example 0.", e.Message, StringComparison.Ordinal);
    }

    private static float Pixel(float[] image, int y, int x, int c) =>
        y >= 0 && y < Shape.Height && x >= 0 && x < Shape.Width ? image[(y * Shape.Width + x) * Shape.Channels + c] : 0;
}
